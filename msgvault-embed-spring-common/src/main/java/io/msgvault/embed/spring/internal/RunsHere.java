package io.msgvault.embed.spring.internal;

import io.msgvault.embed.spring.EmbedProperties.Access;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if this application runs the job, which it must write for. */
final class RunsHere extends SpringBootCondition {
  private static final String ENABLED = "msgvault.embed.job.enabled";
  private static final String ACCESS = "msgvault.embed.access";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("Runs here");
    Binder properties = Binder.get(context.getEnvironment());
    if (!properties.bind(ENABLED, Boolean.class).orElse(true)) {
      return ConditionOutcome.noMatch(message.because(ENABLED + " is false"));
    }
    if (properties.bind(ACCESS, Access.class).orElse(Access.INSTALL) == Access.READ_ONLY) {
      return ConditionOutcome.noMatch(message.because(ACCESS + " is read-only"));
    }
    return ConditionOutcome.match(message.because("the job is enabled and may write"));
  }
}
