using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>
/// One example of everything the kernel asks, and what follows. The bytes of requests and of replies were printed by a C program
/// that filled the structures of linux/fuse.h with a number for each field: they owe nothing to the code they test.
/// </summary>
/// <param name="Opcode">What is asked.</param>
/// <param name="Request">What follows the header.</param>
/// <param name="Call">What the <see cref="Recorder"/> then writes down; null where the session answers by itself.</param>
/// <param name="Reply">What follows the header of the answer; null where there is none.</param>
internal sealed record Example(Opcode Opcode, string Request, string? Call, string? Reply)
{
    private const string Asker = "2222 1001,1002,1003 ";

    private const string Attributes =
        "2100000000000000 2200000000000000 2300000000000000 2400000000000000 2500000000000000 2600000000000000"
        + "27000000 28000000 29000000 2a000000 2b000000 2c000000 2d000000 2e000000 2f000000 30000000";

    private const string Entry = "1100000000000000 1200000000000000 1300000000000000 1400000000000000 15000000 16000000" + Attributes;
    private const string Attr = "7100000000000000 72000000 00000000" + Attributes;
    private const string Open = "7300000000000000 22000000 00000000";

    private const string DirectoryEntry = "2100000000000000 9100000000000000 05000000 04000000 736576656e 000000";

    private const string FullDirectoryEntry =
        "1100000000000000 1200000000000000 1300000000000000 1400000000000000 15000000 16000000"
        + "2100000000000000 2200000000000000 2300000000000000 2400000000000000 2500000000000000 2600000000000000"
        + "27000000 28000000 29000000 ed410000 2b000000 2c000000 2d000000 2e000000 2f000000 30000000" + DirectoryEntry;

    public static readonly Example[] All =
    [
        new(Opcode.Lookup, "|name\0", Asker + "lookup name", Entry),
        new(Opcode.Forget, "0500000000000000", "2222 forget 5", null),
        new(Opcode.BatchForget, "02000000 00000000 0700000000000000 0300000000000000 0800000000000000 0400000000000000", "7 forget 3;8 forget 4", null),
        new(Opcode.GetAttr, "01000000 00000000 0900000000000000", Asker + "getattr", Attr),
        new(Opcode.SetAttr,
            "ff070000 00000000 3100000000000000 3200000000000000 3300000000000000 3400000000000000 3500000000000000 3600000000000000"
            + "37000000 38000000 39000000 3a000000 00000000 3b000000 3c000000 00000000",
            Asker + "setattr 7ff 31 32 33 34.37 35.38 36.39 3a 3b 3c", Attr),
        new(Opcode.ReadLink, "", Asker + "readlink", "|target"),
        new(Opcode.SymLink, "|name\0target\0", Asker + "symlink name target", Entry),
        new(Opcode.MkNod, "41000000 42000000 43000000 00000000|name\0", Asker + "mknod 41 42 43 name", Entry),
        new(Opcode.MkDir, "44000000 45000000|name\0", Asker + "mkdir 44 45 name", Entry),
        new(Opcode.Unlink, "|name\0", Asker + "unlink name", ""),
        new(Opcode.RmDir, "|name\0", Asker + "rmdir name", ""),
        new(Opcode.Rename, "4600000000000000|old\0new\0", Asker + "rename old 46 new None", ""),
        new(Opcode.Rename2, "4700000000000000 02000000 00000000|old\0new\0", Asker + "rename old 47 new Exchange", ""),
        new(Opcode.Link, "4800000000000000|name\0", Asker + "link 48 name", Entry),
        new(Opcode.Open, "02040000 01000000", Asker + "open 402", Open),
        new(Opcode.Create, "01040000 4a000000 4b000000 01000000|name\0", Asker + "create 401 4a 4b name", Entry + Open),
        new(Opcode.Read, "5100000000000000 5200000000000000 53000000 54000000 5500000000000000 56000000 00000000", Asker + "read 51 52 53 54 55 56", "|data"),
        new(Opcode.Write, "5700000000000000 5800000000000000 03000000 59000000 5a00000000000000 5b000000 00000000|abc",
            Asker + "write 57 58 59 5a 5b abc", "75000000 00000000"),
        new(Opcode.StatFs, "", Asker + "statfs",
            "8100000000000000 8200000000000000 8300000000000000 8400000000000000 8500000000000000 86000000 87000000 88000000 00000000"
            + "00000000 00000000 00000000 00000000 00000000 00000000"),
        new(Opcode.Release, "6100000000000000 62000000 63000000 6400000000000000", Asker + "release 61 62 63 64", ""),
        new(Opcode.FSync, "6500000000000000 01000000 00000000", Asker + "fsync 65 1", ""),
        new(Opcode.FSyncDir, "6500000000000000 01000000 00000000", Asker + "fsyncdir 65 1", ""),
        new(Opcode.Flush, "6600000000000000 00000000 00000000 6700000000000000", Asker + "flush 66 67", ""),
        new(Opcode.FAllocate, "6800000000000000 6900000000000000 6a00000000000000 6b000000 00000000", Asker + "fallocate 68 69 6a 6b", ""),
        new(Opcode.LSeek, "6c00000000000000 6d00000000000000 03000000 00000000", Asker + "lseek 6c 6d 3", "8900000000000000"),
        new(Opcode.ReadDir, "5100000000000000 5200000000000000 00100000 54000000 5500000000000000 56000000 00000000", Asker + "readdir 52 False", DirectoryEntry),
        new(Opcode.ReadDirPlus, "5100000000000000 5200000000000000 00100000 54000000 5500000000000000 56000000 00000000", Asker + "readdir 52 True", FullDirectoryEntry),
        new(Opcode.Destroy, "", null, ""),
    ];
}
