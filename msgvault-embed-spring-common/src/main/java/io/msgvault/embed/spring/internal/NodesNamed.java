package io.msgvault.embed.spring.internal;

import io.msgvault.embed.opensearch.OpenSearchTransport;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if a property names the nodes of a cluster, or the host has a transport to one. */
final class NodesNamed extends AnyNestedCondition {
  NodesNamed() {
    super(ConfigurationPhase.REGISTER_BEAN);
  }

  /** The property names the nodes, as one value or as a list. */
  @Conditional(ByProperty.class)
  static class Named {}

  /** The host has a transport. */
  @ConditionalOnBean(OpenSearchTransport.class)
  static class Reached {}

  /** Looks at the property. */
  static final class ByProperty extends SpringBootCondition {
    private static final String PROPERTY = "msgvault.embed.opensearch.nodes";

    @Override
    public ConditionOutcome getMatchOutcome(
        ConditionContext context, AnnotatedTypeMetadata metadata) {
      boolean set =
          Binder.get(context.getEnvironment())
              .bind(PROPERTY, Bindable.listOf(String.class))
              .isBound();
      return new ConditionOutcome(
          set,
          ConditionMessage.forCondition("OpenSearch")
              .because(PROPERTY + (set ? " is set" : " is not set")));
    }
  }
}
