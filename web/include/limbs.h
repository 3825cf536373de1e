/* Products and counts of bits of GMP's and MPFR's limbs by what the compiler has: without these
 * they would go by halves of 16 bits, which takes two to four times as long. */
#define UDWtype unsigned long long
#define __umulsidi3(u, v) ((unsigned long long)(u) * (v))
#define count_leading_zeros(count, x) ((count) = __builtin_clzl(x))
#define count_trailing_zeros(count, x) ((count) = __builtin_ctzl(x))
