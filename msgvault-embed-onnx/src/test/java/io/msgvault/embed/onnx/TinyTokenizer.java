package io.msgvault.embed.onnx;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes {@code tokenizer.json} files with a few words. */
final class TinyTokenizer {
  /** The first id of a word; lower ids are special tokens. */
  static final int FIRST_WORD = 4;

  private TinyTokenizer() {}

  /**
   * Returns a tokenizer that splits at white space and adds {@code [CLS]} (id 2) and {@code [SEP]}
   * (id 3). An unknown word has id 1.
   */
  static String ofWords(String... words) {
    return json(
        "null",
        """
        {"type": "TemplateProcessing",
         "single": [
           {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [],
         "special_tokens": {
           "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
           "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}}""",
        words);
  }

  /** Returns the same tokenizer, which also joins a question and a text, of type 1. */
  static String forPairs(String... words) {
    return ofWords(words)
        .replace(
            "\"pair\": []",
            """
            "pair": [
               {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 1}}]\
            """);
  }

  /** Returns the same tokenizer with a maximum input length in its file. */
  static String withMaxLength(int tokens, String... words) {
    return ofWords(words)
        .replace(
            "\"truncation\": null",
            "\"truncation\": {\"direction\": \"Right\", \"max_length\": "
                + tokens
                + ", \"strategy\": \"LongestFirst\", \"stride\": 0}");
  }

  /** Returns the same tokenizer without special tokens. */
  static String withoutSpecialTokens(String... words) {
    return json("null", "null", words);
  }

  private static String json(String truncation, String template, String... words) {
    String vocabulary =
        IntStream.range(0, words.length)
            .mapToObj(i -> ", \"" + words[i] + "\": " + (FIRST_WORD + i))
            .collect(Collectors.joining());
    return """
    {"version": "1.0", "truncation": %s, "padding": null, "normalizer": null, "decoder": null,
     "added_tokens": [],
     "pre_tokenizer": {"type": "WhitespaceSplit"},
     "post_processor": %s,
     "model": {"type": "WordLevel", "unk_token": "[UNK]",
       "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3%s}}}
    """
        .formatted(truncation, template, vocabulary);
  }

  /**
   * Returns a byte-level vocabulary with "the" after a space, but only its letters at the start.
   */
  static String leadingSpaceSensitive() {
    return """
    {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null,
     "added_tokens": [],
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
       "use_regex": true},
     "post_processor": null,
     "model": {"type": "BPE", "dropout": null, "unk_token": null,
       "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
       "vocab": {"t": 0, "h": 1, "e": 2, "\\u0120": 3, "\\u0120t": 4, "\\u0120th": 5,
         "\\u0120the": 6},
       "merges": ["\\u0120 t", "\\u0120t h", "\\u0120th e"]}}
    """;
  }
}
