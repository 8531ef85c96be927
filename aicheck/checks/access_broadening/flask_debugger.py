"""A Flask application starts with its debugger."""

from aicheck.authoring import RuffCode, bad, good


class FlaskDebugger(RuffCode):
    """Adopts ruff's S201."""

    id = "access-broadening/flask-debugger"
    codes = ("S201",)
    words = (r"debug\s*=\s*True", "debug=False")
    found = "the application starts with debug=True"
    title = "A Flask application is started with its debugger"
    why = "Whoever can bring about an error gets a console in the browser and runs code on the server."
    instead = "Leave `debug` out; turn it on at the command line of the developer (`flask --debug run`)."
    severity = "high"
    security = True
    cwe = (94, 489)
    references = ("https://docs.astral.sh/ruff/rules/flask-debug-true/",)
    examples = (
        bad("from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == '__main__':\n    app.run(debug=True)\n", "when it is run"),
        bad("import flask\n\nshop = flask.Flask('shop')\nshop.run(host='0.0.0.0', port=80, debug=True)\n", "for everybody in the network"),
        good("from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == '__main__':\n    app.run(debug=False)\n", "without it"),
        good("from engine import Engine\n\nEngine('shop').run(debug=True)\n", "something else that runs"),
    )
