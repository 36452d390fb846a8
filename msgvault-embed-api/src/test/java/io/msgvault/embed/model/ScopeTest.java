package io.msgvault.embed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void canonicalFormIsReadBack() {
    for (Scope scope :
        new Scope[] {
          Scope.ALL,
          new Scope(Set.of(""), Set.of()),
          new Scope(Set.of("", "a"), Set.of("")),
          new Scope(Set.of("a,b", ";sources=", "''", "%"), Set.of("ü & co", " ")),
        }) {
      assertEquals(scope, Scope.parse(scope.toString()), scope::toString);
    }
  }
}
