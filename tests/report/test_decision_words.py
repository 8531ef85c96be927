"""A decision in words."""

from aicheck.model.decision import Because, Decision, Need, NotCounted, Override
from aicheck.report.decision_words import Cause, describe_decision

NEED = Need(
    "senior", "a senior", met=False, cheapest="Ask one.", escalations=("x", "gone"), missing=("a senior",), candidates=("@alice", "@bob")
)


def test_each_need_names_its_escalations_and_their_findings() -> None:
    decision = Decision(
        "senior",
        "pending",
        (Because("x", "senior", "because", ("1:a", "1:b")), Because("y", "ack", "also")),
        (NEED,),
        "A senior must look.",
        counted=("@mi",),
        not_counted=(NotCounted("@jo", "is of the author"),),
        notes=("a note",),
    )
    assert describe_decision(decision, {"1:a": Cause("f/rule", "app.py", 3, "a hazard")}).splitlines() == [
        "senior review, pending",
        "A senior must look.",
        "",
        "senior: a senior, not met",
        "  asked for by x: because",
        "    app.py:3  f/rule: a hazard",
        "    finding 1:b",
        "  asked for by gone",
        "  missing: a senior",
        "  could be: @alice, @bob",
        "  cheapest way: Ask one.",
        "",
        "y asks for ack, which a need above covers: also",
        "",
        "the approval of @mi counts",
        "the approval of @jo does not count: it is of the author",
        "a note",
    ]


def test_an_override_and_an_observing_policy_are_told() -> None:
    override = Override("@op", "outage", "INC-1", "", 0, 0)
    text = describe_decision(Decision("none", "satisfied", override=override, observed=True), {})
    assert text == "no review, satisfied (observed only: nothing is held up)\n\n@op overrides the decision: outage"


def test_nothing_in_a_record_reaches_the_terminal() -> None:
    decision = Decision("peer", "pending", (Because("x", "peer", "\x1b[31mred\n::error::", ("1:a",)),), (NEED,), "\u202e")
    text = describe_decision(decision, {"1:a": Cause("r", "a\nb", 1, "\x07")})
    assert all(line.isprintable() for line in text.split("\n"))
    assert "::error::" not in [line.lstrip()[:9] for line in text.split("\n")]
