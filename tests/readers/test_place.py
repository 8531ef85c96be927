import pytest

from aicheck.readers.place import environment_of, place_of


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("tests/app.py", "test"),
        ("pkg/app_test.go", "test"),
        ("src/cart.spec.ts", "test"),
        ("src/__tests__/cart.ts", "test"),
        ("test_app.py", "test"),
        ("app/contest.py", "production"),
        ("api/openapi-spec.yaml", "production"),
        ("examples/web/deploy.yaml", "example"),
        ("docs/conf.yaml", "docs"),
        ("app/locales/de.yml", "translation"),
        (".github/workflows/test.yml", "workflow"),
        ("db/migrations/0001.sql", "migration"),
        ("overlays/dev/web.yaml", "development"),
        ("values-staging.yaml", "staging"),
        ("dev-tools/values-prod.yaml", "script"),
        ("dev/values-prod.yaml", "production"),
        ("src/server.py", "production"),
    ],
)
def test_a_path_tells_its_place(path: str, place: str) -> None:
    assert place_of(path) == place


def test_a_key_path_names_an_environment_only_by_clear_words() -> None:
    assert environment_of(frozenset({"environments", "dev"})) == "development"
    assert environment_of(frozenset({"spec", "kind", "stage"})) == "production"
