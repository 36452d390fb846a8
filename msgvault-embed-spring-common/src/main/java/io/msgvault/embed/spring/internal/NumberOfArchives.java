package io.msgvault.embed.spring.internal;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Tells by the properties whether an application has one archive or names several. */
abstract class NumberOfArchives extends SpringBootCondition {
  private static final String ARCHIVES = "msgvault.embed.archives";

  private final boolean several;

  NumberOfArchives(boolean several) {
    this.several = several;
  }

  /** Matches if the properties name no archives. */
  static final class One extends NumberOfArchives {
    One() {
      super(false);
    }
  }

  /** Matches if they do. */
  static final class Several extends NumberOfArchives {
    Several() {
      super(true);
    }
  }

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean named =
        Binder.get(context.getEnvironment())
            .bind(ARCHIVES, Bindable.mapOf(String.class, Object.class))
            .isBound();
    return new ConditionOutcome(
        named == several,
        ConditionMessage.forCondition("Number of archives")
            .because(ARCHIVES + (named ? " is set" : " is not set")));
  }
}
