"""libmagic, as it was installed with the other packages: what a file looks like."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import magic

# libmagic looks no further into a file than this for the kinds that it is asked about.
HEAD = 64 * 1024


def _libmagic() -> magic.Magic:
    """Load library and data from the package that brings both.

    The package makes `magic` find its library, and so it comes first. It would also have every program that
    is started from here look for libraries in other places, the working directory among them: that is undone.
    """
    before = dict(os.environ)
    try:
        import pylibmagic

        # isort: split
        import magic
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
    return magic.Magic(mime=True, magic_file=str(pylibmagic.data / "magic.mgc"))


_LIBMAGIC = _libmagic()


def looks_like(data: bytes) -> str:
    """The type of a file's content, such as "text/html"; one may look like this and be something else."""
    return _LIBMAGIC.from_buffer(data[:HEAD])
