package io.msgvault.embed.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConsoleTest {
  @Test
  void truncatesLinesToColumns() {
    assertEquals("abcde", Console.truncate("abcde", 5));
    assertEquals("abcd…", Console.truncate("abcdef", 5));
    assertEquals("a…", Console.truncate("a   bcdef", 4));
    assertEquals("日本", Console.truncate("日本", 4));
    assertEquals("日…", Console.truncate("日本", 3));
    assertEquals("日…", Console.truncate("日本語", 4));
    assertEquals("e\u0301e\u0301", Console.truncate("e\u0301e\u0301", 2));
    assertEquals("…", Console.truncate("abc", 1));
    assertEquals("", Console.truncate("", 1));
  }

  @Test
  void keepsJoinersInsideWords() {
    assertEquals("می\u200cخواهم", Console.toOneLine(" می\u200cخواهم\u0007 "));
  }
}
