"""The gate on plain git: every scenario over a real push."""

from tests.gate.company import HARMLESS, RISKY, ROSTER, Company, fingerprint


def test_a_harmless_change_needs_nobody(company: Company) -> None:
    head = company.propose("jo", {"app.py": HARMLESS + "\n\ndef triple(number):\n    return 3 * number\n"})
    done = company.push("jo")
    assert done.accepted, done.text
    assert f"main {head[:12]} is accepted: no review, satisfied" in done.text
    assert company.main() == head


def test_a_risky_change_is_refused_until_a_senior_has_signed_it(company: Company) -> None:
    before = company.main()
    head = company.propose("jo", {"app.py": RISKY})
    refused = company.push("jo")
    assert not refused.accepted
    assert "is refused: senior review, pending" in refused.text
    assert company.main() == before
    print(refused.text)
    approved = company.approve("se", head)
    assert approved.accepted, approved.text
    done = company.push("jo")
    print(done.text)
    assert done.accepted, done.text
    assert company.main() == head
