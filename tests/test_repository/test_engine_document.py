"""What docs/engine.md shows is what happens."""

import doctest


def test_every_example_in_the_engine_document_runs(repository):
    parser = doctest.DocTestParser()
    text = (repository / "docs" / "engine.md").read_text(encoding="utf-8")
    examples = parser.get_doctest(text, {}, "docs/engine.md", "docs/engine.md", 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)

    assert "" == "".join(told)
    assert results.attempted >= 20
