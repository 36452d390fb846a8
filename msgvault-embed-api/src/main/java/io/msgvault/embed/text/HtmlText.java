package io.msgvault.embed.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;

/**
 * Renders HTML as plain text. Visits the tree without recursion; the parser bounds its depth.
 *
 * <p>A tree takes many times the memory of its text, above all if it consists of tags. So at most
 * {@link #MAX_TAGS} tags are parsed, more than pages for people have. Later tags become spaces.
 */
final class HtmlText implements NodeFilter {
  private static final Set<String> INVISIBLE =
      Set.of(
          ("applet audio canvas datalist head iframe noframes object script style "
                  + "svg template title video")
              .split(" "));
  private static final Set<String> PARAGRAPHS =
      Set.of(
          ("article aside blockquote dl fieldset figure footer h1 h2 h3 h4 h5 h6 "
                  + "header hr main nav ol p pre section table ul")
              .split(" "));
  private static final Set<String> LINES =
      Set.of(
          ("address caption center dd details div dt figcaption form legend li "
                  + "option summary tr")
              .split(" "));
  private static final Set<String> CELLS = Set.of("td", "th");

  private static final int MAX_TAGS = 20_000;

  private static final Pattern QUOTATION_CLASS = Pattern.compile("quote|cite");
  private static final Pattern FILE_NAME =
      Pattern.compile(
          "\\S+\\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?|ashx|aspx?|php)|(?:https?|cid|data):\\S*",
          Pattern.CASE_INSENSITIVE);

  private final StringBuilder out;
  private final StyleSheet styleSheet;
  private final Deque<Scope> scopes = new ArrayDeque<>();
  private State state = new State(false, false, false, false);
  private int breaks;
  private boolean space;

  /**
   * How text is shown inside an element.
   *
   * @param isUnsized whether its font has the size 0, so that it has no text but may have pictures
   */
  private record State(
      boolean isQuoted, boolean isPreformatted, boolean isHidden, boolean isUnsized) {}

  /** An element that shows text otherwise than its parent does, with the state of the parent. */
  private record Scope(Element element, State outside) {}

  private HtmlText(int capacity, StyleSheet styleSheet) {
    this.out = new StringBuilder(capacity);
    this.styleSheet = styleSheet;
  }

  /** Returns the text that a reader of the HTML would see. */
  static String of(String html) {
    if (html.indexOf('<') < 0 && html.indexOf('&') < 0) {
      return html;
    }
    int end = end(html);
    Document document = Jsoup.parse(html.substring(0, end));
    HtmlText text = new HtmlText(html.length() / 2, new StyleSheet(document));
    document.filter(text);
    text.space = true;
    text.append(Parser.unescapeEntities(withoutTags(html, end), false));
    return text.out.toString();
  }

  /** Returns the offset of the first tag beyond the limit. */
  private static int end(String html) {
    int at = html.indexOf('<');
    for (int tags = 0; at >= 0 && tags < MAX_TAGS; tags++) {
      at = html.indexOf('<', at + 1);
    }
    return at < 0 ? html.length() : at;
  }

  private static String withoutTags(String html, int from) {
    StringBuilder text = new StringBuilder();
    int at = from;
    while (at < html.length()) {
      int tag = html.indexOf('<', at);
      int end = tag < 0 ? html.length() : tag;
      text.append(html, at, end).append(' ');
      int close = html.indexOf('>', end);
      at = close < 0 ? html.length() : close + 1;
    }
    return text.toString();
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode textNode) {
      if (!state.isHidden() && !state.isUnsized()) {
        append(textNode.getWholeText());
      }
    } else if (node instanceof Element element) {
      HtmlStyle style = HtmlStyle.of(element.attr("style"));
      if (isInvisible(element, style)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      if (element.normalName().equals("br")) {
        breaks++;
      } else {
        separate(element.normalName());
        enter(element, style);
        appendAlternative(element);
      }
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element) {
      separate(element.normalName());
      Scope scope = scopes.peek();
      if (scope != null && scope.element().equals(element)) {
        leave(scopes.pop());
      }
    }
    return FilterResult.CONTINUE;
  }

  private void separate(String name) {
    if (PARAGRAPHS.contains(name)) {
      breaks = 2;
    } else if (LINES.contains(name)) {
      breaks = Math.max(breaks, 1);
    } else if (CELLS.contains(name)) {
      space = true;
    }
  }

  private void enter(Element element, HtmlStyle style) {
    boolean startsQuotation = !state.isQuoted() && isQuotation(element);
    State inside =
        new State(
            state.isQuoted() || startsQuotation,
            state.isPreformatted() || element.normalName().equals("pre"),
            style.isHidden().orElse(state.isHidden()),
            style.isUnsized().orElse(state.isUnsized() && !mayBeSized(element)));
    if (!inside.equals(state)) {
      scopes.push(new Scope(element, state));
      state = inside;
    }
    if (startsQuotation) {
      breaks = 2;
    }
  }

  /** Tells whether something else than its style may give an element a font that is seen. */
  private boolean mayBeSized(Element element) {
    return element.normalName().equals("font")
        || (!styleSheet.isEmpty() && element.hasAttr("class"));
  }

  private void leave(Scope scope) {
    if (state.isQuoted() && !scope.outside().isQuoted()) {
      breaks = 2;
    }
    state = scope.outside();
  }

  /** Tells a quotation from a paragraph that its author indented. */
  private boolean isQuotation(Element element) {
    return element.hasClass("yahoo_quoted")
        || (element.normalName().equals("blockquote")
            && (element.hasAttr("cite")
                || element.attr("type").equalsIgnoreCase("cite")
                || QUOTATION_CLASS.matcher(element.className()).find()
                || QuotedReplies.endsWithAttribution(out)));
  }

  /** Appends the text that stands for a picture, if it is not only the name of a file. */
  private void appendAlternative(Element element) {
    String alternative = element.attr("alt").strip();
    if (!state.isHidden() && !alternative.isEmpty() && !FILE_NAME.matcher(alternative).matches()) {
      space = true;
      append(alternative);
      space = true;
    }
  }

  private void append(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' && state.isPreformatted()) {
        breaks++;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        if (state.isPreformatted()) {
          // Indentation is part of preformatted text.
          visible(' ');
        } else {
          space = true;
        }
      } else {
        visible(c);
      }
    }
  }

  private void visible(char c) {
    boolean first = out.length() == 0;
    if (!first && breaks > 0) {
      out.append(breaks > 1 ? "\n\n" : "\n");
    } else if (!first && space) {
      out.append(' ');
    }
    if (state.isQuoted() && breaks > 0) {
      out.append("> ");
    }
    out.append(c);
    breaks = 0;
    space = false;
  }

  private boolean isInvisible(Element element, HtmlStyle style) {
    return INVISIBLE.contains(element.normalName())
        || element.hasAttr("hidden")
        || style.isRemoved()
        || (!style.isDisplayed() && styleSheet.hides(element));
  }
}
