using System.Runtime.InteropServices;

namespace AmViz.Models;

/// <summary>Memory in pages of 2 MiB for the tensors of a thread.</summary>
/// <remarks>
/// Activations of a step span thousands of pages of 4 KiB, more than a core keeps addresses of, and on virtual machines each miss is
/// looked up twice. Linux gives large pages only to memory that asks for them where transparent huge pages are set to
/// "madvise", the default of most distributions; torch does not ask. In large pages a step at conv_pw_6 takes 0.9 of the time.
/// </remarks>
internal static class LargePages
{
    private const int HugePageAdvice = 14;      // MADV_HUGEPAGE
    private const int PageSize = 2 << 20;
    private const int BlockSize = 24 << 20;     // fits the heaps of 64 MiB that threads allocate from
    private const int Blocks = 16;

    /// <summary>Asks for large pages for the heap that the calling thread allocates from. Takes no memory until that is used.</summary>
    /// <returns>Whether the system agreed; pages may still be small where it has no large ones left.</returns>
    public static bool PreferOnThisThread()
    {
        var agreed = true;
        var blocks = new List<nint>();
        for (var i = 0; i < Blocks; i++)
        {
            // All blocks are held until the last one is there, so that each is another part of the heap.
            var block = Marshal.AllocHGlobal(BlockSize);
            var firstPage = (block + PageSize - 1) / PageSize * PageSize;
            agreed &= madvise(firstPage, block + BlockSize - firstPage, HugePageAdvice) == 0;
            blocks.Add(block);
        }

        blocks.ForEach(Marshal.FreeHGlobal);
        return agreed;
    }

    [DllImport("libc.so.6", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int madvise(nint address, nint length, int advice);
}
