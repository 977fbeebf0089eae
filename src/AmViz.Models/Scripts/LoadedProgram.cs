using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A TorchScript program in memory: loaded once in the life of the process and shared by all networks of its digest and device.</summary>
/// <remarks>
/// TorchSharp 0.107 never gives the memory of a program back: loading a ResNet18 of 47 MB twelve times and disposing of it each time was measured to
/// keep 600 MB. Its parameters are frozen, and running it changes nothing, so sharing it between threads is safe.
/// </remarks>
internal sealed class LoadedProgram
{
    private static readonly ConcurrentDictionary<(string Digest, string Device), Lazy<LoadedProgram>> Loaded = new();

    private LoadedProgram(jit.ScriptModule program)
    {
        Program = program;
        Modules = program.named_modules().Where(module => module.module is jit.ScriptModule)
            .ToDictionary(module => module.name, module => (jit.ScriptModule)module.module, StringComparer.Ordinal);
    }

    public jit.ScriptModule Program { get; }

    /// <summary>All its modules by their names in the program; itself under the empty name, if that is listed.</summary>
    public IReadOnlyDictionary<string, jit.ScriptModule> Modules { get; }

    /// <summary>The program of a folder, loaded if it is not yet.</summary>
    public static LoadedProgram Of(WeightsFolder folder, Device device)
    {
        var key = (folder.Digest, device.ToString());
        try
        {
            return Loaded.GetOrAdd(key, _ => new Lazy<LoadedProgram>(() => Load(folder.ReadWhole(), device))).Value;
        }
        catch
        {
            Loaded.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>Loads a program to be run, not trained, in float32.</summary>
    /// <remarks>A network that was saved in half or double precision takes no pictures in float32, and its 8 or 11 bits would drown the steps of an ascent.</remarks>
    public static jit.ScriptModule Open(byte[] bytes, Device device)
    {
        var program = jit.load(bytes, device);
        program.eval();
        using var scope = NewDisposeScope();
        if (program.parameters(true).Concat(program.buffers(true)).Any(values => values.is_floating_point() && values.dtype != ScalarType.Float32))
        {
            program.to(ScalarType.Float32);
        }

        return program;
    }

    private static LoadedProgram Load(byte[] bytes, Device device)
    {
        using var frozen = no_grad();
        var program = Open(bytes, device);
        foreach (var parameter in program.parameters(true))
        {
            using (parameter)
            {
                parameter.requires_grad = false;
            }
        }

        return new LoadedProgram(program);
    }
}
