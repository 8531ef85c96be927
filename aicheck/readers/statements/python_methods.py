"""The methods of Django, SQLAlchemy, Peewee and pymongo that queries are made of, by what they mean."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LOOKUPS = _words("aget_list_or_404 aget_object_or_404 get_list_or_404 get_object_or_404")
"""Functions that look one row, or rows, up in what they are given first."""
MANAGERS = _words("_base_manager _default_manager objects query")
"""Attributes of a model that queries begin with."""
NARROWING = _words("aget exclude filter filter_by get get_or_404 get_or_none having where")
"""Methods whose arguments narrow what is reached."""
NEUTRAL = _words(
    "aaggregate abulk_create abulk_update acount acreate add add_columns add_entity adelete aexists afirst aget_or_create "
    "aggregate aiterator alast alias all annotate any as_manager as_scalar asave aupdate aupdate_or_create bulk_create "
    "bulk_update column_property correlate count create cte dates db_manager defer delete dicts distinct earliest "
    "enable_eagerloads execute execution_options exists explain extra fetchall fetchone first first_or_404 from_queryset "
    "from_statement get_or_create get_queryset group_by in_bulk is_ iterator join label last latest limit load_only "
    "loader_criteria mappings namedtuples none offset on_conflict_do_nothing one one_or_404 one_or_none only options "
    "order_by outerjoin paginate prefetch_related raw returning reverse save scalar scalar_one scalar_one_or_none "
    "scalar_subquery scalars select_for_update select_from select_related stream subquery to_sql tuples union union_all "
    "unique update update_or_create using values values_list with_entities with_for_update with_only_columns yield_per"
)
"""Methods that change neither what is reached nor what is done."""
DELETES = _words("_raw_delete adelete delete delete_instance hard_delete")
"""Methods that delete what is reached."""
UPDATES = _words("aupdate update")
"""Methods that update what is reached."""
WRITES = _words("abulk_create acreate aget_or_create aupdate_or_create bulk_create bulk_update create get_or_create raw update_or_create")
"""Methods that begin something else: a new row, a text of one's own."""
