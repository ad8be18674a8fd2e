/* cmathshim.dll: the complex functions of the C runtime, of which Wine 8 has stubs only; numpy calls one as it loads.

   Each is exported under its own name by the .def file that exports.py writes. Structures go as MSVC passes them:
   _Fcomplex of 8 bytes in a register, _Dcomplex and _Lcomplex of 16 by a pointer; a long double is a double there. */
#include <complex.h>

typedef struct { float real, imaginary; } Single;
typedef struct { double real, imaginary; } Double;

static float complex from_single(Single z)
{
    float complex c;
    __real__ c = z.real;
    __imag__ c = z.imaginary;
    return c;
}

static double complex from_double(Double z)
{
    double complex c;
    __real__ c = z.real;
    __imag__ c = z.imaginary;
    return c;
}

static Single to_single(float complex c)
{
    Single z = { crealf(c), cimagf(c) };
    return z;
}

static Double to_double(double complex c)
{
    Double z = { creal(c), cimag(c) };
    return z;
}

#define COMPLEX(name) \
    Double x_##name(Double z) { return to_double(name(from_double(z))); } \
    Double x_##name##l(Double z) { return to_double(name(from_double(z))); } \
    Single x_##name##f(Single z) { return to_single(name##f(from_single(z))); }
#define REAL(name) \
    double x_##name(Double z) { return name(from_double(z)); } \
    double x_##name##l(Double z) { return name(from_double(z)); } \
    float x_##name##f(Single z) { return name##f(from_single(z)); }

COMPLEX(ccos) COMPLEX(ccosh) COMPLEX(cexp) COMPLEX(csin) COMPLEX(csinh) COMPLEX(ctan) COMPLEX(ctanh)
REAL(cabs) REAL(carg) REAL(cimag) REAL(creal)

Double x_cpow(Double a, Double b) { return to_double(cpow(from_double(a), from_double(b))); }
Double x_cpowl(Double a, Double b) { return to_double(cpow(from_double(a), from_double(b))); }
Single x_cpowf(Single a, Single b) { return to_single(cpowf(from_single(a), from_single(b))); }
