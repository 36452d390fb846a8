package io.msgvault.embed.testkit;

import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainerHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.ContainerLifecycleContext;
import net.jqwik.api.lifecycle.MethodLifecycleContext;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.opentest4j.TestAbortedException;

/** Sets each test of a suite up, skips it where it can't be passed, and reports on it. */
final class ConformanceHook implements AroundPropertyHook, AroundTryHook, AfterContainerHook {
  /** The system property that sets the seed of every property. */
  static final String SEED = "msgvault.testkit.seed";

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    Optional<Rule> rule = context.findAnnotation(Rule.class);
    if (rule.isEmpty()) {
      return property.execute();
    }
    Optional<Property> random = context.findAnnotation(Property.class);
    if (missingCapability(context).isPresent()) {
      context.attributes().setTries(1);
    } else if (random.isPresent()) {
      context.attributes().setTries(Effort.chosen().of(random.get().tries()));
    }
    Optional.ofNullable(System.getProperty(SEED)).ifPresent(context.attributes()::setSeed);
    PropertyExecutionResult result = asViolation(rule.get(), property.execute());
    ConformanceReport.of(context.containerClass())
        .recordResult(
            rule.get(), context.targetMethod().getName(), suite(context).unsupported(), result);
    return result;
  }

  /** Lets a failure name its rule, whatever it is that was thrown, and the case it was seen in. */
  private static PropertyExecutionResult asViolation(Rule rule, PropertyExecutionResult result) {
    if (result.status() != PropertyExecutionResult.Status.FAILED) {
      return result;
    }
    Throwable thrown = result.throwable().orElse(null);
    RuleViolation broken =
        thrown instanceof RuleViolation already
            ? already
            : new RuleViolation(String.join("/", rule.value()), "unexpected " + thrown, thrown);
    return result.mapToFailed(
        result
            .falsifiedParameters()
            .filter(given -> !given.isEmpty())
            .map(given -> broken.withCounterexample(given, result.seed().orElse("")))
            .orElse(broken));
  }

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor executor, java.util.List<Object> parameters) {
    missingCapability(context)
        .ifPresent(
            capability -> {
              throw new TestAbortedException(capability.reason());
            });
    return executor.execute(parameters);
  }

  @Override
  public void afterContainer(ContainerLifecycleContext context) {
    context.optionalContainerClass().ifPresent(ConformanceReport::write);
  }

  private static Optional<Capability> missingCapability(MethodLifecycleContext context) {
    return context
        .findAnnotation(Needs.class)
        .flatMap(
            needs ->
                Stream.of(needs.value())
                    .filter(suite(context).unsupported()::contains)
                    .findFirst());
  }

  private static ConformanceSuite suite(MethodLifecycleContext context) {
    return (ConformanceSuite) context.testInstance();
  }
}
