package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.testkit.suite.CrashConformance;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import io.msgvault.embed.testkit.suite.MigrationConformance;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import io.msgvault.embed.testkit.suite.WordIndexConformance;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Compares the rules of the contract with those that the kit tests. */
class ContractTest {
  private static final List<Class<?>> SUITES =
      List.of(
          MessageStoreConformance.class,
          VectorStoreConformance.class,
          WordIndexConformance.class,
          EmbedderConformance.class,
          EmbedJobConformance.class,
          MigrationConformance.class,
          CrashConformance.class);

  @Test
  void rulesAndTestsMatch() {
    Set<String> named = new TreeSet<>();
    for (Class<?> suite : SUITES) {
      SuiteRunner.rulesOf(suite).values().forEach(rule -> named.addAll(List.of(rule.value())));
    }
    assertEquals(new TreeSet<>(Contract.rules()), named);
  }

  @Test
  void everyTestNamesRule() {
    List<String> nameless = new ArrayList<>();
    for (Class<?> suite : SUITES) {
      for (Class<?> type = suite; type != null; type = type.getSuperclass()) {
        List<Method> methods = new ArrayList<>(List.of(type.getDeclaredMethods()));
        methods.addAll(List.of(type.getMethods()));
        for (Method method : methods) {
          boolean test =
              method.isAnnotationPresent(Example.class)
                  || method.isAnnotationPresent(Property.class);
          if (test && !method.isAnnotationPresent(Rule.class)) {
            nameless.add(method.toString());
          }
        }
      }
    }
    assertEquals(List.of(), nameless);
  }

  @Test
  void rulesAreListedOnce() {
    assertEquals(new HashSet<>(Contract.rules()).size(), Contract.rules().size());
  }
}
