package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.RunningRule;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainerHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.ContainerLifecycleContext;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.MethodLifecycleContext;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/** Runs each test of a suite as a test of its rule: decides whether it runs, and reports on it. */
final class ConformanceHook
    implements SkipExecutionHook, AroundPropertyHook, AroundTryHook, AfterContainerHook {
  private static final Logger LOG = Logger.getLogger(ConformanceHook.class.getName());

  /** Leaves out what was not chosen, and notes what the suite lacks a capability for. */
  @Override
  public SkipResult shouldBeSkipped(LifecycleContext context) {
    if (!(context instanceof MethodLifecycleContext test)) {
      return SkipResult.doNotSkip();
    }
    Set<String> only = Settings.only();
    if (!only.isEmpty() && !isChosen(only, test.targetMethod())) {
      return SkipResult.skip("-D" + Settings.ONLY + " does not name it");
    }
    Optional<Rule> rule = context.findAnnotation(Rule.class);
    Optional<Needs> needs = context.findAnnotation(Needs.class);
    if (rule.isEmpty() || needs.isEmpty()) {
      return SkipResult.doNotSkip();
    }
    ConformanceSuite suite = (ConformanceSuite) context.newInstance(test.containerClass());
    Optional<Capability> missing =
        Stream.of(needs.get().value())
            .filter(capability -> !suite.supports(capability))
            .findFirst();
    missing.ifPresent(
        capability ->
            ConformanceReport.of(test.containerClass())
                .recordSkip(rule.get(), test.targetMethod().getName(), suite, capability));
    return missing
        .map(capability -> SkipResult.skip(capability.reason()))
        .orElseGet(SkipResult::doNotSkip);
  }

  private static boolean isChosen(Set<String> only, Method test) {
    Rule rule = test.getAnnotation(Rule.class);
    return only.contains(test.getName())
        || (rule != null && Stream.of(rule.value()).anyMatch(only::contains));
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    Optional<Rule> rule = context.findAnnotation(Rule.class);
    if (rule.isEmpty()) {
      return property.execute();
    }
    context
        .findAnnotation(Property.class)
        .map(Property::tries)
        .filter(tries -> tries > 1) // an example is a property of one try, at any effort
        .ifPresent(tries -> context.attributes().setTries(suite(context).effort().of(tries)));
    Settings.seed().ifPresent(context.attributes()::setSeed);
    PropertyExecutionResult result = asViolation(context, ids(rule.get()), property.execute());
    ConformanceReport.of(context.containerClass())
        .recordResult(rule.get(), context.targetMethod().getName(), suite(context), result);
    return result;
  }

  private static String ids(Rule rule) {
    return String.join("/", rule.value());
  }

  /** Lets a failure name its rule, the case in which it was seen, and how to see it again. */
  private static PropertyExecutionResult asViolation(
      PropertyLifecycleContext context, String rule, PropertyExecutionResult result) {
    if (result.status() != PropertyExecutionResult.Status.FAILED) {
      return result;
    }
    Throwable thrown = result.throwable().orElse(null);
    RuleViolation violation =
        thrown instanceof RuleViolation already
            ? already
            : new RuleViolation(rule, "unexpected " + thrown, thrown);
    List<Object> values = result.falsifiedParameters().orElse(List.of());
    if (!values.isEmpty()) {
      violation = violation.withCounterexample(named(context, values), result.seed().orElse(""));
    }
    return result.mapToFailed(violation.withDetail(reproduction(context, violation)));
  }

  private static Map<String, Object> named(PropertyLifecycleContext context, List<Object> values) {
    Parameter[] parameters = context.targetMethod().getParameters();
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      named.put(parameters[i].getName(), values.get(i));
    }
    return named;
  }

  private static String reproduction(PropertyLifecycleContext context, RuleViolation violation) {
    Class<?> suite = context.containerClass();
    StringBuilder command = new StringBuilder("\n  to reproduce: mvn test -Dtest=");
    command.append(suite.getName().substring(suite.getPackageName().length() + 1));
    command.append(" -D").append(Settings.ONLY).append('=');
    command.append(context.targetMethod().getName());
    violation
        .seed()
        .ifPresent(seed -> command.append(" -D").append(Settings.SEED).append('=').append(seed));
    if (Effort.chosen() != Effort.DEFAULT) {
      command.append(" -D").append(Effort.PROPERTY).append('=').append(Effort.chosen());
    }
    return command.toString();
  }

  @Override
  public TryExecutionResult aroundTry(
      TryLifecycleContext context, TryExecutor executor, List<Object> parameters) {
    return context
        .findAnnotation(Rule.class)
        .map(rule -> RunningRule.during(ids(rule), () -> executor.execute(parameters)))
        .orElseGet(() -> executor.execute(parameters));
  }

  @Override
  public void afterContainer(ContainerLifecycleContext context) {
    context
        .optionalContainerClass()
        .ifPresent(
            suite -> {
              sayIfNothingRan(suite);
              ConformanceReport.write(suite);
            });
  }

  /** A choice with a slip in it would otherwise look like a suite that passes. */
  private static void sayIfNothingRan(Class<?> suite) {
    Set<String> only = Settings.only();
    if (!only.isEmpty()
        && ConformanceSuite.class.isAssignableFrom(suite)
        && Stream.of(suite.getMethods()).noneMatch(test -> isChosen(only, test))) {
      LOG.warning(
          () ->
              suite.getSimpleName()
                  + " ran no test: none of them, and none of their rules, is named by -D"
                  + Settings.ONLY
                  + "="
                  + String.join(",", only));
    }
  }

  private static ConformanceSuite suite(MethodLifecycleContext context) {
    return (ConformanceSuite) context.testInstance();
  }
}
