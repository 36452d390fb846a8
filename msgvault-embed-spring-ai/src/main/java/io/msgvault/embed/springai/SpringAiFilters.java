package io.msgvault.embed.springai;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.MetadataFilters;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.Operand;

/** Turns filter expressions of Spring AI into filters of messages. */
public final class SpringAiFilters {
  private SpringAiFilters() {}

  /**
   * Returns the filter that matches the same messages. {@link MetadataFilters} says which keys can
   * be compared with what; logical operators can join anything.
   *
   * @throws UnsupportedFilterException if the expression cannot be said
   */
  public static MessageFilter toMessageFilter(Expression expression) {
    Operand left = expression.left();
    @Nullable Operand right = expression.right();
    return switch (expression.type()) {
      case AND -> MetadataFilters.both(filter(left), filter(right));
      case OR -> MetadataFilters.either(filter(left), filter(right));
      case NOT -> MetadataFilters.not(filter(left));
      case EQ -> MetadataFilters.equalTo(key(left), value(right));
      case NE -> MetadataFilters.not(MetadataFilters.equalTo(key(left), value(right)));
      case IN -> MetadataFilters.anyOf(key(left), values(right));
      case NIN -> MetadataFilters.not(MetadataFilters.anyOf(key(left), values(right)));
      case GT -> MetadataFilters.above(key(left), value(right));
      case GTE -> MetadataFilters.atLeast(key(left), value(right));
      case LT -> MetadataFilters.below(key(left), value(right));
      case LTE -> MetadataFilters.atMost(key(left), value(right));
      case ISNULL, ISNOTNULL -> // not in Spring AI 1, where a compiled switch leaves them out
          throw new UnsupportedFilterException(
              "messages cannot be filtered by whether "
                  + key(left)
                  + " is known: compare it with a value");
    };
  }

  private static MessageFilter filter(@Nullable Operand operand) {
    if (operand instanceof Filter.Group group) {
      return toMessageFilter(group.content());
    } else if (operand instanceof Expression expression) {
      return toMessageFilter(expression);
    }
    throw malformed("an expression", operand);
  }

  /** Returns a key without the quotation marks that it may have in a text. */
  private static String key(Operand operand) {
    if (operand instanceof Filter.Key key) {
      return key.key().replaceAll("^([\"'])(.*)\\1$", "$2");
    }
    throw malformed("a key", operand);
  }

  private static Object value(@Nullable Operand operand) {
    if (operand instanceof Filter.Value value) {
      return value.value();
    }
    throw malformed("a value", operand);
  }

  private static Collection<?> values(@Nullable Operand operand) {
    return value(operand) instanceof Collection<?> values ? values : List.of(value(operand));
  }

  private static UnsupportedFilterException malformed(String wanted, @Nullable Operand operand) {
    String found = operand == null ? "nothing" : "a " + operand.getClass().getSimpleName();
    return new UnsupportedFilterException(
        "the filter expression has " + found + " where " + wanted + " belongs");
  }
}
