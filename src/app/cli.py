"""Where the program `freestone` begins."""

import gc


def main() -> None:
    """Run a command.

    What is imported stays: looking through it for what might go took a sixth of the time to start.
    """
    gc.disable()
    from app.commands import program

    gc.freeze()
    gc.enable()
    program.main()


if __name__ == "__main__":
    main()
