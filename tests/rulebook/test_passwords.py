"""PROC-2, PROC-5: what a password field is in the text of a component, and what is left of the text without it."""

import json

import pytest

from tenantry.rules.components import check_text
from tenantry.rules.passwords import passwords_in, without_passwords

XML = (
    ('<field type="password" value="s3"/>', '<field type="password" value=""/>', 1),
    ("<f  value = 's3'\n type='Password' id=\"k\" />", "<f  value = ''\n type='Password' id=\"k\" />", 1),
    ('<f type="pass&#119;ord">a&amp;b<!-- kept --></f>', '<f type="pass&#119;ord"><!-- kept --></f>', 1),
    ('<f type="password"><v>a</v><w value="b"/> </f>', '<f type="password"><v></v><w value=""/> </f>', 2),
    ('<f type="password"><![CDATA[a<b]]></f>', '<f type="password"></f>', 1),
    ("<p><x:Password>a<!-- k -->b</x:Password>c</p>", "<p><x:Password><!-- k --></x:Password>c</p>", 2),
    ("<password value='a'><label>Name</label></password>", "<password value=''><label>Name</label></password>", 1),
    ('<db user="u" password="a>b" url="x"/>', '<db user="u" password="" url="x"/>', 1),
    (
        '<?xml version="1.0"?><!-- <password>x</password> -->\r\n<p>\u00e9 </p>',
        '<?xml version="1.0"?><!-- <password>x</password> -->\r\n<p>\u00e9 </p>',
        0,
    ),
    ('<f type="password" value=""> \n </f>', '<f type="password" value=""> \n </f>', 0),
    ('<f type="text" value="password">password</f>', '<f type="text" value="password">password</f>', 0),
)
JSON = (
    ('{"type": "password", "value": "s3"}', '{"type": "password", "value": ""}', 1),
    ('{"value":"s\\"3","id":"k" , "TYPE":"Password"}', '{"value":"","id":"k" , "TYPE":"Password"}', 1),
    (
        '{"type":"pass\\u0077ord","value":{"a":["x",2,null,""]}}',
        '{"type":"pass\\u0077ord","value":{"a":["","",null,""]}}',
        2,
    ),
    (
        '{"value":{"type":"password","value":"x"},"type":"password"}',
        '{"value":{"type":"","value":""},"type":"password"}',
        2,
    ),
    ('[{"password" : "a{"}, {"Password":12.5e3}]', '[{"password" : ""}, {"Password":""}]', 2),
    ('{"password": {"type": "string"}, "value": "v"}', '{"password": {"type": "string"}, "value": "v"}', 0),
    ('{"password": null, "x": ["password", "value"]}', '{"password": null, "x": ["password", "value"]}', 0),
    ('{"type":"password","value":true,"name":"\u00e9"}', '{"type":"password","value":true,"name":"\u00e9"}', 0),
    ('"password"', '"password"', 0),
)


@pytest.mark.parametrize(
    ("written", "text", "without", "number"),
    [("xml", *row) for row in XML] + [("json", *row) for row in JSON],
)
def test_proc_2_and_proc_5_password_fields_are_emptied_and_nothing_else_is_touched(
    written: str, text: str, without: str, number: int
) -> None:
    """Byte for byte, and what is left can be kept again and has no password any more."""
    assert check_text(written, text) is None
    assert without_passwords(written, text) == without
    assert passwords_in(written, text) == number
    assert check_text(written, without) is None
    assert passwords_in(written, without) == 0


def test_proc_2_a_long_and_deep_text_is_read_once() -> None:
    """A hundred thousand fields, and as deep as texts may be."""
    deep = '{"a":' * 400 + '{"type":"password","value":"x"}' + "}" * 400
    assert without_passwords("json", deep) == deep.replace('"x"', '""')
    nested = '<f type="password">' * 400 + "x" + "</f>" * 400
    assert without_passwords("xml", nested) == nested.replace(">x<", "><")
    many = json.dumps([{"type": "password", "value": "x"}] * 20_000)
    assert passwords_in("json", many) == 20_000
    assert passwords_in("xml", "<p>" + '<f type="password" value="x"/>' * 20_000 + "</p>") == 20_000
