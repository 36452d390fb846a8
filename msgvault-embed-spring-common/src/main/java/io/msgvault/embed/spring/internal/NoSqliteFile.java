package io.msgvault.embed.spring.internal;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless a property names an SQLite file for the messages. */
final class NoSqliteFile extends SpringBootCondition {
  private static final String PROPERTY = "msgvault.embed.sqlite.archive";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("No SQLite file");
    return context.getEnvironment().containsProperty(PROPERTY)
        ? ConditionOutcome.noMatch(message.because(PROPERTY + " is set"))
        : ConditionOutcome.match(message.because(PROPERTY + " is not set"));
  }
}
