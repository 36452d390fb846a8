package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Contract and kit keep pace with each other. */
class ContractTest {
  private static final List<Class<?>> SUITES =
      List.of(
          MessageStoreConformance.class,
          VectorStoreConformance.class,
          EmbedderConformance.class,
          EmbedJobConformance.class,
          MigrationConformance.class);

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
      Map<Method, Rule> rules = SuiteRunner.rulesOf(suite);
      for (Class<?> type = suite; type != null; type = type.getSuperclass()) {
        for (Method method : type.getDeclaredMethods()) {
          boolean test =
              method.isAnnotationPresent(Example.class)
                  || method.isAnnotationPresent(Property.class);
          if (test && !rules.containsKey(method)) {
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
