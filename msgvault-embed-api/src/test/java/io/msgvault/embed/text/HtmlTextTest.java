package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div style='display:none'>x</div>",
        "<div style='DISPLAY: none !important; color:red'>x</div>",
        "<div style='display:block;display:none'>x</div>",
        "<div style='visibility:hidden'>x<p style='color:red'>x</p></div>",
        "<span style='visibility: collapse'>x</span>",
        "<div style='font-size:0'>x</div>",
        "<div style='font-size:0px;line-height:0'><b>x</b></div>",
        "<div style='font-size:0.0em'>x</div>",
        "<span style='font:0/0 Arial'>x</span>",
        "<div style='font-size:0'><span style='font-size:120%'>x</span></div>",
        "<div style='max-height:0;overflow:hidden'>x</div>",
        "<div style='height:0px;overflow:hidden'>x</div>",
        "<div style='opacity:0'>x</div>",
        "<div style='mso-hide:all'>x</div>",
        "<div hidden>x</div>",
        "<div style='display:none'><p style='display:block'>x</p><img alt='x y'></div>",
        "<div style='visibility:hidden'><img alt='x y'></div>",
        "<style>.pre { color: #fff; display: none !important }</style><span class='a Pre'>x</span>",
        "<style>p{margin:0} span.pre, #top {display:none}</style><span class=pre>x</span>",
        "<style>#top{display:none}</style><div id=top>x</div>",
        "<!--[if mso]><p>x</p><![endif]-->",
      })
  void hiddenTextIsNoText(String hidden) {
    assertEquals("seen\n\nlast", HtmlText.of("<p>seen</p>" + hidden + "<p>last</p>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div style='display:none;display:block'>x</div>",
        "<td style='font-size:0px'><div style='font-size:13px'>x</div></td>",
        "<div style='font-size:0'><div style='font:14px Arial'>x</div></div>",
        "<div style='font-size:0'><font size=2>x</font></div>",
        "<style>.col{font-size:12px}</style><div style='font-size:0'><p class=col>x</p></div>",
        "<div style='font-size:0.8em'>x</div>",
        "<div style='font-size:10px'>x</div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>x</p></div>",
        "<div style='max-height:0'>x</div>",
        "<div style='overflow:hidden;height:20px'>x</div>",
        "<div style='opacity:0.5'>x</div>",
        "<div style='background:url(data:image/png;base64,AA==)'>x</div>",
        "<![if !mso]><p>x</p><![endif]>",
        "<div aria-hidden=true>x</div>",
        "<style>.a{display:none} @media (min-width:9em){.a{display:block}}</style><p class=a>x</p>",
        "<style>@media (max-width:9em){.a{display:none}}</style><p class=a>x</p>",
        "<style>}.a{display:none}{</style><p class=a>x</p>",
        "<style>.a .b{display:none}</style><p class=b>x</p>",
        "<style>.a{display:none}</style><p class=a style='display:block'>x</p>",
        "<style>td.a{display:none}</style><p class=a>x</p>",
        "<body><noscript>x</noscript>",
      })
  void shownTextIsText(String shown) {
    assertEquals("x", HtmlText.of(shown));
  }

  @Test
  void picturesBecomeTheirAlternatives() {
    assertEquals("Hi 😀 Ann", HtmlText.of("Hi<img alt='😀' src='e.png'>Ann"));
    assertEquals(
        "Map of the orchard", HtmlText.of("<a href=x><img alt=' Map of the orchard '></a>"));
    assertEquals(
        "Sale",
        HtmlText.of("<td style='font-size:0'><img alt='Sale' style='font-size:12px'></td>"));
    assertEquals(
        "ab",
        HtmlText.of("a<img alt='image001.png'><img alt='https://example.org/x?y=1'><img alt=''>b"));
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
            "Yes.<blockquote type=cite>Tuesday?<div>Or<blockquote>Friday?</blockquote></div>"
                + "</blockquote>Friday."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<blockquote cite='mid:1@example.org'>",
        "<blockquote type=\"CITE\">",
        "<blockquote class='gmail_quote'>",
        "<blockquote class='x protonmail_quote'>",
        "<div>On 5 Apr 2021, Ann wrote:</div><blockquote>",
        "<div>Ann Lee &lt;ann@example.org&gt; schrieb am 5.4.2021:</div><br><blockquote>",
        "<p>Il giorno 5 apr 2021, Ann<br>ha scritto:</p><blockquote style='margin:0 0 0 40px'>",
      })
  void marksQuotationsThatAreNamedOrAttributed(String start) {
    String text = HtmlText.of(start + "Tuesday?</blockquote>Yes.");
    assertTrue(text.endsWith("\n\n> Tuesday?\n\nYes.") || text.equals("> Tuesday?\n\nYes."), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>",
        "Bring these:<blockquote>",
        "As the poet says:<blockquote>",
        "<blockquote dir=ltr>",
      })
  void indentedParagraphIsText(String start) {
    assertFalse(HtmlText.of(start + "two ropes</blockquote>").contains(">"));
  }

  @Test
  void keepsTextWithoutMarkup() {
    assertEquals("plain\ntext", HtmlText.of("plain\ntext"));
  }

  @Test
  void readsDeepNesting() {
    String deep = HtmlText.of("<div>".repeat(100_000) + "deep" + "<b><i>".repeat(10_000) + "down");
    assertTrue(deep.startsWith("deep") && deep.endsWith("down"), deep);
    assertEquals("> deep", HtmlText.of("<blockquote type=cite>".repeat(5_000) + "deep"));
  }

  @Test
  void tagsBeyondLimitBecomeSpaces() {
    String text = HtmlText.of("<b>a</b>" + "<p>b</p>".repeat(10_000) + "<i>c</i> &amp; <p>d");

    assertEquals(10_001, text.split("\n\n").length);
    assertTrue(text.endsWith("b\n\nb c & d"), text.substring(text.length() - 20));
  }
}
