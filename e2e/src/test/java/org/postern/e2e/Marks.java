package org.postern.e2e;

import java.util.List;

/// Subjects and further fields by which a sender marks a message, as mail programs write them.
final class Marks {

    static final List<String> ALL =
            List.of(
                    "[Your results]",
                    "Re: AW: [Your results]",
                    "[Results [of 2026] all]",
                    "=?UTF-8?B?W0dyw7zDn2Vd?=", // [Grüße]
                    "=?UTF-8?B?W0dyw7zDn10=?=", // [Grüß]
                    "=?UTF-8?B?W0dyw7zDn2UhXQ==?=", // [Grüße!]
                    "=?UTF-8?Q?=5BGr=C3=BC=C3=9Fe=5D?=",
                    "=?iso-8859-1?q?[Gr=FC=DFe]?=",
                    "=?UTF-8?Q?Re=3A_[Gr=C3=BC=C3=9Fe]?=",
                    "Re: =?UTF-8?B?W0dyw7zDn2Vd?=",
                    "=?UTF-8?Q?[Gr=C3=BC=C3=9Fe_und?=\r\n =?UTF-8?Q?_gute_W=C3=BCnsche]?=",
                    "[Viele =?UTF-8?Q?Gr=C3=BC=C3=9Fe]?=",
                    "Not in the subject\r\nX-Postern: encrypt",
                    "Not in the subject\r\nx-postern:  Encrypt ");

    private Marks() {}
}
