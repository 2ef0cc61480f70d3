"""`python -m portal.cli`: the command line without its script, as child processes are started."""

from portal.cli.program import main

if __name__ == "__main__":
    main(prog_name="portal")
