package io.msgvault.embed.cli.mail;

import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Tells a plain text that has the content of the HTML beside it from a stub, which only says that
 * there is HTML. A stub is short, and lacks most of what the HTML says: most runs of three letters
 * or digits. It also names HTML, or is much shorter than it, since stubs are in every language.
 */
final class PlainStub {
  private static final int MAX_LENGTH = 1000;
  private static final int RUN = 3;
  private static final double MIN_SHARED = 0.5;
  private static final int MANY_RUNS = 40;
  private static final int MUCH_SHORTER = 2;

  private static final TextPreparer VISIBLE =
      new TextPreparer(
          TextPolicy.standard()
              .without(Step.QUOTED_REPLIES)
              .without(Step.SIGNATURES)
              .withMaxBodyCharacters(100_000));

  private PlainStub() {}

  /** Returns whether a text lacks most of what the HTML says. */
  static boolean isStub(String text, String html) {
    if (text.length() > MAX_LENGTH || html.isBlank()) {
      return false;
    }
    Set<String> said = runs(VISIBLE.prepare("", "", html));
    Set<String> here = runs(text);
    boolean muchShorter = said.size() >= Math.max(MANY_RUNS, MUCH_SHORTER * here.size());
    boolean saysNothing = here.isEmpty();
    boolean namesHtml = text.toLowerCase(Locale.ROOT).contains("html");
    Set<String> shared = new HashSet<>(said);
    shared.retainAll(here);
    return (muchShorter || namesHtml || saysNothing) && shared.size() < MIN_SHARED * said.size();
  }

  private static Set<String> runs(String text) {
    String letters =
        text.toLowerCase(Locale.ROOT)
            .replaceAll("https?://\\S+", "")
            .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "");
    Set<String> runs = new HashSet<>();
    for (int i = 0; i + RUN <= letters.length(); i++) {
      runs.add(letters.substring(i, i + RUN));
    }
    return runs;
  }
}
