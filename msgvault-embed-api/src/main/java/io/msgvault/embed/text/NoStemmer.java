package io.msgvault.embed.text;

/** Leaves every word as it is. */
enum NoStemmer implements Stemmer {
  INSTANCE;

  @Override
  public String language() {
    return "none";
  }

  @Override
  public String stem(String word) {
    return word;
  }
}
