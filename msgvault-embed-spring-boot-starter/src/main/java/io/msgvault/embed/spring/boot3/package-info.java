/** What differs in Spring Boot 3: the health indicator. */
@NullMarked
package io.msgvault.embed.spring.boot3;

import org.jspecify.annotations.NullMarked;
