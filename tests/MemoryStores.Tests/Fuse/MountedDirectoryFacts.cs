using MemoryStores.Fuse.Mounting;

namespace MemoryStores.Tests.Fuse;

public sealed class MountedDirectoryFacts
{
    [Theory]
    [InlineData("36 35 0:44 / /mnt/a rw,nosuid - fuse.memstores memstores rw,user_id=0", "/mnt/a", "fuse.memstores", "memstores", true)]
    [InlineData("36 35 0:44 / /mnt/a rw shared:1 master:2 - fuse x rw", "/mnt/a", "fuse", "x", true)]
    [InlineData("36 35 8:1 / / rw - ext4 /dev/sda1 rw", "/", "ext4", "/dev/sda1", false)]
    [InlineData("36 35 0:44 / /a\\040b\\134c\\011d\\012e rw - fusectl x\\040y rw", "/a b\\c\td\ne", "fusectl", "x y", false)]
    [InlineData("36 35 0:44 / /gr\u00fc\u00dfe\\040\ud83d\ude00 rw - tmpfs none rw", "/gr\u00fc\u00dfe \ud83d\ude00", "tmpfs", "none", false)]
    [InlineData("36 35 0:44 / /end\\04 rw - tmpfs none rw", "/end\\04", "tmpfs", "none", false)]
    public void A_line_of_mountinfo_is_read(string line, string directory, string kind, string source, bool isFuse)
    {
        var mount = MountedDirectory.Parse(line)!;
        Assert.Equal((directory, kind, source, isFuse), (mount.Directory, mount.Kind, mount.Source, mount.IsFuse));
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 0:44 / /mnt/a rw,nosuid")]
    [InlineData("36 35 0:44 / /mnt/a rw -")]
    [InlineData("- - - - - - - -")]
    public void A_line_that_is_none_is_passed_over(string line) => Assert.Null(MountedDirectory.Parse(line));

    [Fact]
    public void Where_a_mount_can_be_ended_by_force_follows_from_its_device() =>
        Assert.Equal("/sys/fs/fuse/connections/44/abort", MountedDirectory.Parse("36 35 0:44 / /mnt/a rw - fuse x rw")!.AbortFile);
}
