export function StorePage() {
  return <p>store</p>
}
