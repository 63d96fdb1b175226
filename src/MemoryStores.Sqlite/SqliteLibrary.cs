using System.Runtime.InteropServices;
using SQLitePCL;

namespace MemoryStores.Sqlite;

/// <summary>
/// Loads the system's libsqlite3 in place of a bundled one, so that security fixes come with the system's updates.
/// The environment variable MEMORYSTORES_SQLITE names another build.
/// </summary>
internal static class SqliteLibrary
{
    private const int OldestVersion = 3_037_000; // STRICT tables

    private static readonly Lock Once = new();
    private static bool ready;

    public static void Load()
    {
        lock (Once)
        {
            if (ready) return;
            var file = Environment.GetEnvironmentVariable("MEMORYSTORES_SQLITE") ?? "libsqlite3.so.0";
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly,
                (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load(file) : IntPtr.Zero);
            try
            {
                raw.SetProvider(new SQLite3Provider_e_sqlite3());
                raw.FreezeProvider();
                if (raw.sqlite3_libversion_number() < OldestVersion)
                    throw new DataDirectoryException($"{file} is SQLite {raw.sqlite3_libversion().utf8_to_string()}; 3.37 or newer is needed.");
            }
            catch (DllNotFoundException)
            {
                throw new DataDirectoryException(
                    $"The library {file} was not found. Install SQLite (on Debian and Ubuntu: apt-get install libsqlite3-0), or name a build in MEMORYSTORES_SQLITE.");
            }
            ready = true;
        }
    }
}
