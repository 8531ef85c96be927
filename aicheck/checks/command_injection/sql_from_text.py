"""SQL is put together from text."""

from aicheck.authoring import RuffCode, bad, good


class SqlFromText(RuffCode):
    """Adopts ruff's S608."""

    id = "command-injection/sql-from-text"
    codes = ("S608",)
    found = "a query is put together from text"
    title = "A query is put together from text"
    why = "A value with a quote in it ends the string and goes on as SQL: it reads other rows, or deletes them."
    instead = "Leave placeholders in the text and hand the values over beside it; take names of columns from a fixed list."
    severity = "low"
    confidence = "low"
    security = True
    cwe = (89,)
    references = ("https://docs.astral.sh/ruff/rules/hardcoded-sql-expression/",)
    examples = (
        bad("def order(cursor, key):\n    cursor.execute(f\"SELECT * FROM orders WHERE id = '{key}'\")\n", "a value inside the text"),
        bad("def purge(cursor, day):\n    cursor.execute('DELETE FROM carts WHERE day < ' + day)\n", "put together with +"),
        good("def order(cursor, key):\n    cursor.execute('SELECT * FROM orders WHERE id = %s', [key])\n", "a placeholder"),
        good("def hint(name):\n    return f'Select a {name} and press Update'\n", "English"),
    )
