using System.Runtime.InteropServices;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Maximization;

/// <summary>Samples every picture of a batch by a map of its own, differentiable with respect to the pictures.</summary>
internal static class BilinearSampling
{
    /// <summary>The transformed pictures.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="maps">One an image.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Apply(Tensor images, AffineMap[] maps)
        => images.device_type == DeviceType.CPU ? OnCpu.apply(images, maps) : OnOtherDevices(images, maps);

    /// <summary>By torch's own sampling: the reference, and what GPUs have a kernel for.</summary>
    internal static Tensor OnOtherDevices(Tensor images, AffineMap[] maps)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var theta = new double[maps.Length, 2, 3];
        for (var n = 0; n < maps.Length; n++)
        {
            // From pixels to edges at -1 and 1: affine_grid and grid_sample without align_corners.
            var (middleX, middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
            (theta[n, 0, 0], theta[n, 0, 1]) = (maps[n].Cosine, -maps[n].Sine * height / width);
            (theta[n, 1, 0], theta[n, 1, 1]) = (maps[n].Sine * width / height, maps[n].Cosine);
            theta[n, 0, 2] = (2 * maps[n].ColumnAt(middleX, middleY) + 1) / width - 1;
            theta[n, 1, 2] = (2 * maps[n].RowAt(middleX, middleY) + 1) / height - 1;
        }

        var grid = F.affine_grid(tensor(theta, images.dtype, images.device), images.shape, align_corners: false);
        return F.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);
    }

    private sealed class OnCpu : autograd.SingleTensorFunction<OnCpu>
    {
        private const string Maps = "maps";

        public override string Name => nameof(BilinearSampling);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (images, maps) = (((Tensor)vars[0]).contiguous(), (AffineMap[])vars[1]);
            ctx.save_data(Maps, maps);
            var samples = empty_like(images);
            ForEach(images, samples, maps, adjoint: false);
            return samples;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var maps = (AffineMap[])ctx.get_data(Maps);
            var given = grad_output.contiguous();               // a convolution hands it back channels-last
            var gradient = zeros_like(given);
            ForEach(given, gradient, maps, adjoint: true);
            return [gradient, null!];
        }

        private static void ForEach(Tensor from, Tensor to, AffineMap[] maps, bool adjoint)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
            void One(int n)
            {
                if (from.dtype == ScalarType.Float64)
                {
                    One<double>(n, from, to, maps[n], adjoint);
                }
                else
                {
                    One<float>(n, from, to, maps[n], adjoint);
                }
            }

            if (maps.Length == 1 || options.MaxDegreeOfParallelism == 1)
            {
                for (var n = 0; n < maps.Length; n++)
                {
                    One(n);
                }
            }
            else
            {
                Parallel.For(0, maps.Length, options, One);
            }
        }

        private static void One<T>(int n, Tensor from, Tensor to, AffineMap map, bool adjoint)
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            var (height, width) = ((int)from.shape[2], (int)from.shape[3]);
            var length = (int)from.shape[1] * height * width;
            var source = MemoryMarshal.Cast<byte, T>(from.bytes).Slice(n * length, length);
            var target = MemoryMarshal.Cast<byte, T>(to.bytes).Slice(n * length, length);
            if (adjoint)
            {
                BilinearTaps<T>.Spread(map, source, target, height, width);
            }
            else
            {
                BilinearTaps<T>.Sample(map, source, target, height, width);
            }
        }
    }
}
