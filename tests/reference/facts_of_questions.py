"""What a question tells beside who may do what: members of subject, action, resource and context."""

from __future__ import annotations

from typing import Any

Question = dict[str, Any]

#: Stands for whichever question would fulfil every condition.
ANYTHING: Question = {"anything": True}
