/** What differs in Spring Boot 4: the health indicator. */
@NullMarked
package io.msgvault.embed.spring.boot4;

import org.jspecify.annotations.NullMarked;
