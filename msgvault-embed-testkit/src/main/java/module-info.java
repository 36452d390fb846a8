/** Property-based conformance tests for backends and embedders. */
module io.msgvault.embed.testkit {
  requires transitive io.msgvault.embed.api;
  requires transitive io.msgvault.embed.memory;
  requires transitive java.sql;
  requires transitive net.jqwik.api;
  requires transitive org.opentest4j;
  requires java.management;
  requires jdk.management;
  requires org.junit.jupiter.api;

  exports io.msgvault.embed.testkit;
  exports io.msgvault.embed.testkit.model;
  exports io.msgvault.embed.testkit.process;
  exports io.msgvault.embed.testkit.rules;
  exports io.msgvault.embed.testkit.suite;

  // jqwik calls tests and providers by reflection.
  opens io.msgvault.embed.testkit.rules;
  opens io.msgvault.embed.testkit.suite;
}
