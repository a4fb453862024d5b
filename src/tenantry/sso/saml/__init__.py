"""SAML 2.0, the platform as service provider. The library python3-saml is known to this folder alone."""
