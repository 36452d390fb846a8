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
    if (missing(context).isPresent()) {
      context.attributes().setTries(1);
    } else if (random.isPresent()) {
      context.attributes().setTries(Effort.chosen().of(random.get().tries()));
    }
    Optional.ofNullable(System.getProperty(SEED)).ifPresent(context.attributes()::setSeed);
    PropertyExecutionResult result = named(rule.get(), property.execute());
    Report.of(context.containerClass())
        .finished(rule.get(), context.targetMethod().getName(), suite(context).lacking(), result);
    return result;
  }

  /** Lets a failure name its rule, whatever it is that was thrown, and the case it was seen in. */
  private static PropertyExecutionResult named(Rule rule, PropertyExecutionResult result) {
    if (result.status() != PropertyExecutionResult.Status.FAILED) {
      return result;
    }
    Throwable thrown = result.throwable().orElse(null);
    BrokenRule broken =
        thrown instanceof BrokenRule already
            ? already
            : new BrokenRule(String.join("/", rule.value()), "unexpected " + thrown, thrown);
    return result.mapToFailed(
        result
            .falsifiedParameters()
            .filter(given -> !given.isEmpty())
            .map(given -> broken.in(given, result.seed().orElse("")))
            .orElse(broken));
  }

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor executor, java.util.List<Object> parameters) {
    missing(context)
        .ifPresent(
            capability -> {
              throw new TestAbortedException(capability.lack());
            });
    return executor.execute(parameters);
  }

  @Override
  public void afterContainer(ContainerLifecycleContext context) {
    context.optionalContainerClass().ifPresent(Report::write);
  }

  private static Optional<Capability> missing(MethodLifecycleContext context) {
    return context
        .findAnnotation(Needs.class)
        .flatMap(
            needs ->
                Stream.of(needs.value()).filter(suite(context).lacking()::contains).findFirst());
  }

  private static ConformanceSuite suite(MethodLifecycleContext context) {
    return (ConformanceSuite) context.testInstance();
  }
}
