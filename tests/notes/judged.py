"""What the program says of a text that a test has put together."""

import json
import subprocess
import sys


def claims_of(program, text, path, refused=False):
    """(line, text, verdict) of each claim of the text, which is written to `path`.

    Nothing where it is refused as a whole, if it may be.
    """
    path.write_text(text, "utf-8")
    run = subprocess.run([program, "verify", "--hints=no", "--format", "json", str(path)],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode == 3 and refused:
        return []
    if run.returncode not in (0, 1, 2):
        sys.exit("the program gives %d at:\n%s%s" % (run.returncode, text, run.stderr.decode("utf-8", "replace")))
    return [(claim["span"]["line"], claim["text"], "malformed" if claim["kind"] == "malformed" else claim["verdict"])
            for report in json.loads(run.stdout)["reports"] for claim in report["claims"]]
