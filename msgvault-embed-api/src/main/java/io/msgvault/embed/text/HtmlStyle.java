package io.msgvault.embed.text;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The declarations of a {@code style} attribute or of a rule that decide whether text is seen. */
final class HtmlStyle {
  private static final HtmlStyle NONE = new HtmlStyle(Map.of());
  private static final Pattern ZERO = Pattern.compile("0*\\.?0+(?:[a-z]+|%)?");
  private static final Pattern ZERO_FONT = Pattern.compile("(?:^|\\s)0(?:[a-z]+|%)?[\\s/]");
  private static final Pattern RELATIVE_SIZE =
      Pattern.compile(".*[0-9.](?:em|ex|ch|%)|larger|smaller|inherit|unset");

  private final Map<String, String> values;

  private HtmlStyle(Map<String, String> values) {
    this.values = values;
  }

  static HtmlStyle of(String declarations) {
    if (declarations.isEmpty()) {
      return NONE;
    }
    Map<String, String> values = new HashMap<>();
    for (String declaration : declarations.toLowerCase(Locale.ROOT).split(";", -1)) {
      int colon = declaration.indexOf(':');
      if (colon > 0) {
        String value = declaration.substring(colon + 1).replace("!important", "").strip();
        values.put(declaration.substring(0, colon).strip(), value);
      }
    }
    return new HtmlStyle(values);
  }

  /** Tells whether the element is not shown, whatever the elements in it declare. */
  boolean isRemoved() {
    return is("display", "none")
        || is("mso-hide", "all")
        || isZero("opacity")
        || (is("overflow", "hidden") && (isZero("max-height") || isZero("height")));
  }

  /** Tells whether the element is shown, whatever a style sheet declares for it. */
  boolean isDisplayed() {
    return !values.getOrDefault("display", "none").equals("none");
  }

  /** Tells whether its text is hidden; empty if that is the same as around the element. */
  Optional<Boolean> isHidden() {
    return Optional.ofNullable(values.get("visibility"))
        .filter(value -> !value.equals("inherit"))
        .map(value -> !value.equals("visible"));
  }

  /** Tells whether its font has the size 0; empty if that is the same as around the element. */
  Optional<Boolean> isUnsized() {
    String size = values.getOrDefault("font-size", "inherit");
    if (ZERO.matcher(size).matches()) {
      return Optional.of(true);
    }
    return RELATIVE_SIZE.matcher(size).matches()
        ? Optional.ofNullable(values.get("font")).map(font -> ZERO_FONT.matcher(font).find())
        : Optional.of(false);
  }

  private boolean is(String property, String value) {
    return value.equals(values.get(property));
  }

  private boolean isZero(String property) {
    return ZERO.matcher(values.getOrDefault(property, "")).matches();
  }
}
