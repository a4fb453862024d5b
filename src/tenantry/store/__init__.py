"""How the product keeps things: transactions, revisions, rows that belong to an account, bulk writes, paging."""
