"""The rule book, chapter by chapter, against `tenantry.rules` alone: no Django, no database, no clock."""
