package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HtmlTextTest {
  @Test
  void blocksBecomeLinesAndParagraphs() {
    assertEquals(
        "News\n\nFirst paragraph with bold text.\n\nSecond.\n\none\ntwo\n\na b\nc d",
        HtmlText.of(
            """
            <h1>News</h1><p>First   paragraph with
              <b>bold</b> text.</p><p>Second.<ul><li>one</li> <li>two</ul>
            <table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>
            """));
  }

  @Test
  void lineBreaksAddUpToOneBlankLine() {
    assertEquals("a\nb\n\nc\n\nd", HtmlText.of("a<br>b<br><br>c<br><br><br>d<br>"));
    assertEquals("a\n\nb", HtmlText.of("<div>a</div><div><br></div><div>b</div>"));
    assertEquals("a\nb", HtmlText.of("<div>a<br></div><div>b</div>"));
  }

  @Test
  void removesInvisibleElements() {
    assertEquals(
        "seen",
        HtmlText.of(
            """
            <html><head><title>t</title><style>p { color: red }</style></head><body>
            <!-- comment --><script>alert("x")</script><template>t</template>
            <div style="Display : None">preview</div><span hidden>h</span>
            <p style="visibility:hidden">v</p><p style="color: red">seen</p>
            """));
  }

  @Test
  void keepsLinkTextAndDecodesEntities() {
    assertEquals(
        "Ann & Bob: see here <now>",
        HtmlText.of(
            "Ann &amp; Bob: see <a href=\"https://x.example/?utm_source=a\">here</a> &lt;now>"));
  }

  @Test
  void keepsPreformattedLines() {
    assertEquals("if x:\n  y\n\nz", HtmlText.of("<pre>\nif x:\n  y</pre>z"));
  }

  @Test
  void marksQuotationsAsPlainTextDoes() {
    assertEquals(
        "Yes.\n\n> Tuesday?\n> Or\n\n> Friday?\n\nFriday.",
        HtmlText.of(
            "Yes.<blockquote>Tuesday?<div>Or<blockquote>Friday?</blockquote></div></blockquote>"
                + "Friday."));
  }

  @Test
  void keepsTextWithoutMarkup() {
    assertEquals("plain\ntext", HtmlText.of("plain\ntext"));
  }

  @Test
  void readsDeepNesting() {
    String deep = HtmlText.of("<div>".repeat(100_000) + "deep" + "<b><i>".repeat(10_000) + "down");
    assertTrue(deep.startsWith("deep") && deep.endsWith("down"), deep);
    assertEquals("> deep", HtmlText.of("<blockquote>".repeat(5_000) + "deep"));
  }

  @Test
  void tagsBeyondLimitBecomeSpaces() {
    String text = HtmlText.of("<b>a</b>" + "<p>b</p>".repeat(10_000) + "<i>c</i> &amp; <p>d");

    assertEquals(10_001, text.split("\n\n").length);
    assertTrue(text.endsWith("b\n\nb c & d"), text.substring(text.length() - 20));
  }
}
