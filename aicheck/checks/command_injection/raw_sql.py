"""A query of the object mapper holds SQL of its own."""

from aicheck.authoring import RuffCode, bad, good


class RawSql(RuffCode):
    """Adopts ruff's S611."""

    id = "command-injection/raw-sql"
    codes = ("S611",)
    found = "RawSQL puts SQL of its own into the query"
    title = "Django's `RawSQL` puts its own SQL into a query"
    why = "The text reaches the database as it is; a value that was formatted into it can read or delete other tables."
    instead = "Use query expressions (`F`, `Func`, `Subquery`); where SQL is needed, write it out and pass every value in `params`."
    severity = "high"
    security = True
    cwe = (89,)
    references = ("https://docs.astral.sh/ruff/rules/django-raw-sql/",)
    examples = (
        bad(
            "from django.db.models.expressions import RawSQL\n\n\ndef ranked(orders, column):\n"
            "    return orders.annotate(rank=RawSQL(f'rank() over (order by {column})', []))\n",
            "a column name from outside",
        ),
        bad(
            "from django.db.models import expressions\n\n\ndef near(shops, query):\n"
            "    return shops.filter(id__in=expressions.RawSQL(query, []))\n",
            "the whole query from outside",
        ),
        good(
            "from django.db.models import F, Window\nfrom django.db.models.functions import Rank\n\n\ndef ranked(orders):\n"
            "    return orders.annotate(rank=Window(Rank(), order_by=F('total')))\n",
            "query expressions",
        ),
        good(
            "from reports.sql import RawSQL\n\n\ndef ranked(column):\n    return RawSQL('rank', column)\n",
            "another class of the same name",
        ),
    )
