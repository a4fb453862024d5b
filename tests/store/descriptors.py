"""What a connector says of itself, in tests."""

DESCRIPTOR = b"""<GenericConnectorDescriptor><description>Speaks to a CRM.</description>
<field id="url" label="Server" type="string"/><operation types="GET"/></GenericConnectorDescriptor>"""
