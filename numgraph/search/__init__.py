"""Full-text search over the archived sources and the things of one edition.

``analysis`` (words to terms), ``syntax`` (question to tree), ``entries`` (dataset to records), ``index`` (records to a
folder beside the edition), ``engine`` (tree and filters to hits and counts), ``marks`` (hits to sentences).

The engine is tantivy (Rust, https://github.com/quickwit-oss/tantivy-py). Measured with 5,000 generated releases of 4 kB
(20 MB of text) on two processors that others were using, before a line of this was written, against SQLite's FTS5 with
weighted columns and prefix indexes:

    =====================  ================  ====================
                           tantivy 0.27      SQLite 3.40 FTS5
    =====================  ================  ====================
    index                  4.1 s, 8 MB       19.3 s, 44 MB
    one word, two words    0.1 and 0.2 ms    24 and 29 ms
    phrase                 1.7 ms            28 ms
    counts for filters     with the hits     a query each
    stemmers               de, en, nl        none for de and nl
    stopping a query       not possible      progress handler
    =====================  ================  ====================

tantivy's times are with two facets counted; its index here was one of words alone, by its own analysis in Rust, FTS5's
was made with stems from Python, which is half of its time. No query of tantivy can be stopped, so the language bounds
it instead: the worst question it allows took 0.14 s of processor time. tantivy's own German stemmer knows no "ae" for
"ä", and its tokenizers cannot be extended from Python: hence ``analysis``. With that, stems by PyStemmer, the texts
themselves and 20,000 things besides, the index takes 7.8 s of processor time and 21 MB; a question with all counts
takes 2.4 ms (95 of 100 under 5 ms), with its sentences and marks 10 ms (22 ms). While the engine searches, other
threads of the process run.
"""
