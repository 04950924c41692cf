"""Reads the reports and letters about random cases, sentence by sentence, and lists what no sentence may have:

python -m tests.benchmarks.read_aloud N SEED
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from explain.words.letter_words import LetterWords
from explain.workspace import Workspace
from tests.read_aloud import faults, random_reviews


def main() -> int:
    """Reads N cases; 1 if there is anything wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("number", type=int, metavar="N")
    parser.add_argument("seed", type=int, metavar="SEED")
    asked = parser.parse_args()
    space = Workspace.open()
    words = LetterWords.beside(space.sources.files.values())
    outcomes, found = Counter[str](), Counter[tuple[str, str]]()
    for review in random_reviews(space, asked.number, asked.seed):
        outcomes[review.determination.value] += 1
        found.update(faults(review, words))
    print(f"cases: {outcomes.total():,} ({', '.join(f'{name} {count:,}' for name, count in outcomes.most_common())})")
    print(f"sentences with something wrong: {len(found):,}")
    for (what, sentence), count in sorted(found.items(), key=lambda each: (each[0][0], -each[1])):
        print(f"{count:>6}  {what}: {sentence}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
