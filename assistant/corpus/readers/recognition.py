"""Text recognition (OCR) of scanned pages by Tesseract, where it is installed and the settings ask for it.

It is a program of its own, with its trained data beside it, so nothing is fetched. Only the processes that read files
call it: what holds for them (the kernel's filter, the limits on memory and on files) holds for their children too.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass

PROGRAM = "tesseract"
# The page is drawn at this many dots an inch, which Tesseract was trained for.
DOTS = 300
# For one page; a dense one takes 3 to 10 s of computing.
_SECONDS = 120
_REMEDY = (
    "install it with its data for these languages (on Debian: tesseract-ocr tesseract-ocr-chi-tra),"
    " then run: assistant refresh --force"
)


class RecognitionError(Exception):
    """A page that can't be recognised; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Recognises text in `languages`, as Tesseract names them, joined by a plus: chi_tra+eng."""

    languages: str

    @property
    def mark(self) -> str:
        """What the text of a scanned page depends on besides the file."""
        return f"{PROGRAM}-{self.languages}"

    def text(self, picture: bytes) -> str:
        """Return the text in a picture of a page, in lines. Raises RecognitionError."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise RecognitionError(f"Tesseract is not installed; {_REMEDY}")
        command = [program, "stdin", "stdout", "-l", self.languages, "--dpi", str(DOTS)]
        # One thread: the other cores read other files.
        environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(command, input=picture, capture_output=True, timeout=_SECONDS, env=environ)
        except (OSError, subprocess.SubprocessError) as error:
            raise RecognitionError(f"Tesseract failed ({type(error).__name__})") from None
        said = done.stderr.decode("utf-8", errors="replace")
        # With the data of one language it would go on, and read the other one as nonsense.
        if "Failed loading language" in said:
            raise RecognitionError(f"Tesseract has no data for all of {self.languages}; {_REMEDY}")
        if done.returncode != 0:
            raise RecognitionError(f"Tesseract failed ({' '.join(said.split())[:200] or done.returncode})")
        return done.stdout.decode("utf-8", errors="replace")
