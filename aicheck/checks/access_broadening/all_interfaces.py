"""A server listens on every network of its machine."""

from aicheck.authoring import RuffCode, bad, good


class AllInterfaces(RuffCode):
    """Adopts ruff's S104."""

    id = "access-broadening/all-interfaces"
    codes = ("S104",)
    found = "an address that means every network of the machine"
    title = "A server listens on every network of its machine"
    why = "A port that was meant for the machine itself answers to the whole network."
    instead = "Listen on `127.0.0.1`; take the address from the settings where others must reach it."
    severity = "low"
    security = True
    cwe = (1327,)
    references = ("https://docs.astral.sh/ruff/rules/hardcoded-bind-all-interfaces/",)
    examples = (
        bad("def serve(app):\n    app.run(host='0.0.0.0', port=8080)\n", "for everybody in the network"),
        bad("import socket\n\nserver = socket.create_server(('0.0.0.0', 9000))\n", "a socket of its own"),
        good("def serve(app):\n    app.run(host='127.0.0.1', port=8080)\n", "for the machine itself"),
        good("import os\n\n\ndef serve(app):\n    app.run(host=os.environ['LISTEN'], port=8080)\n", "from the environment"),
    )
