"""What process reporting gives to the platform API."""

from typing import Final

from tenantry.reporting import platform_documents as documents, platform_executions as executions

OBJECTS: Final = (executions.RECORD, documents.RECORD, documents.CONTENT, documents.RERUN)
"""What this folder gives to the platform API."""

Record = executions.ExecutionRecord
SEES, OPENS = executions.RECORD.reads, documents.CONTENT.writes
read_async, download = executions.read_async, documents.download
"""Actions, what they need and tell: an execution by the id of a request, and the content of a document."""
