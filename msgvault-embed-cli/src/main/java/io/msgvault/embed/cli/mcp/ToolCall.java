package io.msgvault.embed.cli.mcp;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the arguments of a call. What a schema can't say, or a client did not keep to, is refused
 * with the remedy.
 */
record ToolCall(Map<String, Object> arguments) {
  ToolCall(@Nullable Map<String, Object> arguments) {
    this.arguments = arguments == null ? Map.of() : arguments;
  }

  /** Says what is wrong with a call, to the assistant that made it. */
  static final class Refusal extends RuntimeException {
    Refusal(String message) {
      super(message);
    }
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> new Refusal(name + " is missing"));
  }

  Optional<String> optionalText(String name) {
    Object value = arguments.get(name);
    if (value != null && !(value instanceof String)) {
      throw new Refusal(name + " must be a string");
    }
    return Optional.ofNullable((String) value).filter(text -> !text.isBlank());
  }

  long id(String name) {
    return optionalNumber(name, 1, Long.MAX_VALUE)
        .orElseThrow(() -> new Refusal(name + " is missing"));
  }

  int number(String name, int least, int greatest, int otherwise) {
    return optionalNumber(name, least, greatest).map(Math::toIntExact).orElse(otherwise);
  }

  private Optional<Long> optionalNumber(String name, long least, long greatest) {
    Object value = arguments.get(name);
    if (value == null) {
      return Optional.empty();
    }
    boolean whole =
        value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue());
    if (!whole || ((Number) value).longValue() < least || ((Number) value).longValue() > greatest) {
      throw new Refusal(name + " must be a whole number from " + least + " to " + greatest);
    }
    return Optional.of(((Number) value).longValue());
  }

  <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    return optionalText(name)
        .map(
            value ->
                Arrays.stream(type.getEnumConstants())
                    .filter(each -> each.name().equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new Refusal(
                                name
                                    + " must be one of "
                                    + Arrays.toString(type.getEnumConstants())
                                        .toLowerCase(Locale.ROOT))))
        .orElse(otherwise);
  }
}
